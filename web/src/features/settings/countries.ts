/** Countries by name: the browser knows them in both languages. */
import type { Locale } from "../../shared/i18n";

export function countryName(code: string, locale: Locale): string {
  return new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code;
}
