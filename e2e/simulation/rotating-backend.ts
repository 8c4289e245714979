import { SignJWT } from 'jose'

export const SECRET = 'a secret of the simulation that is long enough'
const key = new TextEncoder().encode(SECRET)

/**
 * The answer of a backend to `refreshToken=<name>.<generation>`: the next generation. Any other token is refused.
 *
 * @param now milliseconds since the epoch
 */
export async function rotate(cookie: string, now: number): Promise<Response> {
  const [, name, generation] = /^refreshToken=((?:session|visitor)\d+)\.(\d+)$/.exec(cookie) ?? []
  if (name === undefined) return Response.json({ error: 'invalid_grant' }, { status: 403 })
  const seconds = Math.floor(now / 1000)
  const accessToken = await new SignJWT({ sid: name, roles: ['user'], jti: `${name}.${generation}` })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .setIssuer('evergate')
    .setAudience('evergate-app')
    .setSubject(name)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 900)
    .sign(key)
  const refreshToken = `${name}.${Number(generation) + 1}`
  return Response.json({ accessToken, refreshToken, userData: { name } })
}

/** Bytes of heap in MB, after garbage collection. @throws where Node runs without `--expose-gc` */
export function megabytesHeld(): string {
  if (!globalThis.gc) throw new Error('run it with node --expose-gc')
  globalThis.gc()
  return (process.memoryUsage().heapUsed / 1e6).toFixed(1)
}
