export type { User } from '../next/user.ts'
export type { Credentials, Visit, WebSession, WebSignIn } from './visit.ts'
export type { HandleOptions, WebGateway, WebGatewayOptions } from './web-gateway.ts'
export { createWebGateway } from './web-gateway.ts'
