export type { GatewayInspector } from '../next/middleware.ts'
export type { InspectorOptions } from './inspector.ts'
export { inspector } from './inspector.ts'
