export type { Telemetry } from '../next/telemetry.ts'
export { openTelemetry } from './open-telemetry.ts'
