/** The names by which the app knows what the server answers: the one file to mend when the generated names change. */
import type { components } from "./schema";

type S = components["schemas"];
export type Me = S["Me"];
export type MyPool = S["MyPool"];
export type Limit = S["Left"];
export type CustomerRow = S["CustomerRow"];
export type Customer = S["Customer"];
export type Countdown = S["Countdown"];
export type Contact = S["Contact"];
export type Department = S["DepartmentOut"];
export type Person = S["PersonOut"];
export type Link = S["LinkOut"];
export type Subject = S["SubjectShape"];
export type PoolSummary = S["PoolSummary"];
export type Pool = S["Pool"];
export type PoolInput = S["PoolIn"];
export type ReturnReason = S["ReturnReason"];
export type Policy = S["PolicyShape"];
export type MoveResult = S["MoveResult"];
export type BatchAnswer = S["MoveResults"];
export type FollowUp = S["FollowUp"];
export type Deal = S["Deal"];
export type Event = S["EventShape"];
export type TimelineItem = S["TimelineItem"];
export type Why = S["WhyShape"];
export type Request = S["RequestShape"];
export type Run = S["Run"];
export type RunItem = S["Item"];
export type Import = S["Import"];
export type Total = S["Total"];
export type Words = S["Words"];
export type Ref = S["Named"];

export { api, setCsrfToken } from "./client";
export { Problem, ok } from "./problem";
