import { pointTo } from './pointer.ts'

const CODES = ['/error', '/error_code', '/code', '/error/code', '/__type', '/message']

/** One word for what a backend says is wrong (RFC 6749 5.2); it ends in logs. */
export const codeIn = (body: unknown): string | undefined =>
  CODES.map((pointer) => `${pointTo(body, pointer)}`).find(
    (code) => code !== 'undefined' && /^[\w.-]{1,64}$/.test(code),
  )
