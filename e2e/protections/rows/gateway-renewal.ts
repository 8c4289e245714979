import type { Protection } from '../protection.ts'

const folder = 'lib/gateway/renewal'
const breaker = `${folder}/breaker.ts`
const client = 'lib/gateway/request/client.ts'
const look = `${folder}/client-look.test.ts`

/** Protections that keep one visitor from spoiling the renewals of others, or from copying theirs. */
export const gatewayRenewal: readonly Protection[] = [
  {
    row: 'ASVS 15.2.2 (what a visitor sends',
    file: breaker,
    test: `${folder}/breaker-rules.test.ts`,
    title: 'no number of made-up tokens',
    without: {
      "const name = isKnown ? 'known' : ticket.circuit": "const name = 'known'",
    },
  },
  {
    row: 'ASVS 15.2.2 (what a visitor sends',
    file: breaker,
    test: `${folder}/breaker-rules.test.ts`,
    title: 'which failures spare whom',
    without: {
      "if (!isKnown && end === 'failed' && !ticket.isProbe) return breaker": '',
      '(isKnown || !isRecent(heardAt))': 'true',
    },
  },
  {
    row: 'ASVS 15.2.2 (what a visitor sends',
    file: breaker,
    test: `${folder}/breaker.test.ts`,
    without: {
      'failure.session !== session && isRecent(failure.at)': 'isRecent(failure.at)',
      'session !== suspect': 'true',
    },
  },
  {
    row: 'ASVS 15.2.2 (what a visitor sends',
    file: 'lib/gateway/cookies/session-cookies.ts',
    test: 'lib/gateway/cookies/long-refresh-token.test.ts',
    without: { 'value.length > maxBytes': 'false' },
  },
  {
    row: 'ASVS 15.2.2 (memory',
    file: `${folder}/single-flight.ts`,
    test: `${folder}/single-flight.test.ts`,
    without: {
      'const MAX_BYTES = 16_777_216': 'const MAX_BYTES = Number.POSITIVE_INFINITY',
      'const MAX_REMEMBERED = 10_000': 'const MAX_REMEMBERED = Number.POSITIVE_INFINITY',
    },
  },
  {
    row: 'RFC 9700 4.14.2 (the gateway hides no replay',
    file: `${folder}/renew.ts`,
    test: look,
    without: {
      'name + client.slice(0, MAX_LOOK)': 'name',
      'Math.min(MEMORY, (answer.grace ?? MEMORY) * 1000)': 'MEMORY',
    },
  },
  {
    row: 'RFC 9700 4.14.2 (the gateway hides no replay',
    file: client,
    test: look,
    without: {
      '\\n${userAgent}': '',
      "${(forwardedFor ?? '').split(',').map(prefixOf)}": '',
    },
  },
  {
    row: 'ASVS 16.2.5, 16.5.1 (errors of somebody else',
    file: `${folder}/failure.ts`,
    test: `${folder}/failure.test.ts`,
    without: {
      '.replaceAll(secret.length < SHORTEST ? LEFT_OUT : secret, LEFT_OUT)': '',
      '.replace(SECRETS, LEFT_OUT)': '',
      '.replace(/[\\w~+-]{12,}/g, (run) => (secret.includes(run) ? LEFT_OUT : run))': '',
    },
  },
]
