export { guardServer } from './guard-server.ts'
