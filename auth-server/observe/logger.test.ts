import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'

/** The lines that these details make. */
async function logged(...all: object[]): Promise<string> {
  const destination = new PassThrough()
  const logger = createLogger('trace', destination)
  for (const details of all) logger.info(details, 'a line')
  destination.end()
  return await text(destination)
}

test.each([
  'password',
  'current',
  'next',
  'accessToken',
  'refreshToken',
  'cookie',
  'authorization',
  'set-cookie',
])(
  'ASVS 16.2.5: the value of `%s` is left out of a line, at the top and two levels below it',
  async (name) => {
    const secret = { [name]: 'a secret of the tests' }
    const lines = await logged(secret, { body: secret }, { request: { headers: secret } })
    expect(lines).not.toContain('a secret of the tests')
    expect(lines.match(/\[Redacted\]/g)).toHaveLength(3)
  },
)

test('ASVS 16.2.5: an error is told by its name, code, message, stack and cause, and by nothing else that it carries', async () => {
  const cause = Object.assign(new TypeError('the cause'), { body: 'a secret of the cause' })
  const err = Object.assign(new Error('what went wrong', { cause }), {
    code: 'E_X',
    body: 'a secret of the body',
  })
  const line = await logged({ err })
  expect(line).not.toContain('a secret')
  expect(JSON.parse(line).err).toEqual({
    name: 'Error',
    code: 'E_X',
    message: 'what went wrong',
    stack: expect.stringContaining('logger.test.ts'),
    cause: { name: 'TypeError', message: 'the cause', stack: expect.any(String) },
  })
})
