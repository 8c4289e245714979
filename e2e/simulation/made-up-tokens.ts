/**
 * Presents so many made-up refresh tokens (default 9900) of so many bytes (default 4096) to one gateway, and prints what it
 * keeps in memory of them: `node --expose-gc e2e/simulation/made-up-tokens.ts [tokens] [bytes]`.
 */
import { createSessionGateway } from 'evergate/gateway'

const tokens = Number(process.argv[2] ?? 9900)
const bytes = Number(process.argv[3] ?? 4096)
const collectGarbage = globalThis.gc
if (!collectGarbage) throw new Error('run it with node --expose-gc')

const gateway = createSessionGateway({
  remoteApi: 'http://backend.test',
  keys: { secret: 'a secret of the simulation that is long enough' },
  fetch: async () => Response.json({ error: 'invalid_refresh_token' }, { status: 403 }),
})

async function present(number: number): Promise<void> {
  const token = `${number}.`.padEnd(bytes, 'x')
  const chunks = Array.from({ length: Math.ceil(bytes / 4000) }, (_, index) =>
    token.slice(index * 4000, (index + 1) * 4000),
  )
  const cookie = chunks.map((chunk, index) => `refreshToken.${index}=${chunk}`).join('; ')
  await gateway.handle(new Request('http://app.test/', { headers: { host: 'app.test', cookie } }))
}

const heap = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

for (let number = 0; number < 200; number += 1) await present(number)
const before = heap()
for (let number = 0; number < tokens; number += 1) await present(1000 + number)
console.log(`${tokens} made-up tokens of ${bytes} bytes: ${((heap() - before) / 1e6).toFixed(1)} MB`)
