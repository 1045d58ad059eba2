/** What the policy's routes answer, by the names that the editor uses. */
import type { components } from "../../api/schema";

type S = components["schemas"];
export type Fault = S["PolicyFault"];
export type Fact = S["FactShape"];
export type ValueKind = Fact["operators"][number]["value"];
export type Draft = S["Draft"];
export type Version = S["Version"];
export type Publication = S["PublishDraft"];
export type Check = S["Checked"];
export type Diff = S["Diff"];
export type Template = S["TemplateShape"];

/** Which rules to look at: a document, a version, or (neither) the draft; and how they would be published. */
export type PreviewQuestion = S["Candidate"];
export type Totals = S["CountsShape"];
export type Preview = S["PreviewShape"];
export type PreviewCustomer = S["PreviewLine"];
