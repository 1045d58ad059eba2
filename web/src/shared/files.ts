/** Hands the reader a file. */

export function saveFile(name: string, content: string | Blob, type = "text/plain"): void {
  const url = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: `${type};charset=utf-8` }) : content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data by then.
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
