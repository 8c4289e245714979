import { afterEach, expect, it, vi } from 'vitest'
import { mailFolder } from './mailbox'

afterEach(() => vi.unstubAllEnvs())

it.each([
  ['the demo', 'production', '1', './mail', './mail'],
  ['development', 'development', '', './mail', './mail'],
  ['production', 'production', '', './mail', undefined],
  ['the demo with a mail server', 'production', '1', '', undefined],
])(
  'mails on disk are shown in the demo and in development alone: %s',
  (_title, mode, demo, folder, shown) => {
    vi.stubEnv('NODE_ENV', mode)
    vi.stubEnv('EVERGATE_DEMO', demo)
    vi.stubEnv('MAIL_DIR', folder)
    expect(mailFolder()).toBe(shown)
  },
)
