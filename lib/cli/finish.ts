import type { Report } from './report.ts'

/** Ends a command: shows its report and keeps its exit code. */
export type Finish = (report: Report) => void
