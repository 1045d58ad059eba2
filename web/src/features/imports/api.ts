/** Uploads a file, and keeps it at hand so that a check can be followed by the import of the very same file. */
import { queryOptions } from "@tanstack/react-query";

import { api, ok, Problem, type Import } from "../../api";
import { isUndoing } from "../undo/UndoPanel";

export const LARGEST = 200 * 1024 * 1024; // bytes, as the server has it
export const ENDINGS = [".csv", ".xlsx", ".xls", ".tsv", ".txt"];
const POLL = 1_000;

export type Kind = Import["kind"];
export type Mapping = Record<string, string | null>;
export type Upload = {
  file: File;
  pool_id?: string;
  kind: Kind;
  dry_run: boolean;
  mapping?: Mapping;
  encoding?: string;
  country?: string;
  duplicates?: "skip" | "create";
  create_departments?: boolean;
  language: "zh" | "en";
};

// The server lets go of a file once it is through with it; a page that is reloaded forgets it too.
const uploads = new Map<string, Upload>();

export function uploadOf(importId: string): Upload | undefined {
  return uploads.get(importId);
}

export function keepUpload(importId: string, upload: Upload): void {
  uploads.set(importId, upload);
}

function formOf({ file, mapping, ...fields }: Upload): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) form.append(key, String(value));
  if (mapping) form.append("mapping", JSON.stringify(mapping));
  form.append("file", file);
  return form;
}

/** Starts an import. Problem `file_changed` when the file was moved or saved anew since it was chosen. */
export async function startImport(upload: Upload): Promise<Import> {
  try {
    // A browser refuses to read a file that changed; asked here, because a failed upload would look like a broken line.
    await upload.file.slice(0, 1).arrayBuffer();
  } catch {
    throw new Problem(0, { code: "file_changed" });
  }
  const body = { pool_id: upload.pool_id, file: upload.file.name };
  const made = await ok(api.POST("/api/v1/imports", { body, bodySerializer: () => formOf(upload) }));
  keepUpload(made.id, upload);
  return made;
}

export function isAtWork(one: Import): boolean {
  return one.state === "waiting" || one.state === "reading" || one.state === "writing";
}

export function importQuery(id: string) {
  return queryOptions({
    queryKey: ["imports", "one", id],
    queryFn: () => ok(api.GET("/api/v1/imports/{import_id}", { params: { path: { import_id: id } } })),
    refetchInterval: (query) => (query.state.data && (isAtWork(query.state.data) || isUndoing(query.state.data.undo)) ? POLL : false),
  });
}

export function faultyUrl(id: string): string {
  return `/api/v1/imports/${id}/faulty.csv`;
}
