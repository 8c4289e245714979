/** A message, as its file has it. */
export type MailFile = { readonly to: string; readonly subject: string; readonly text: string }

/**
 * Reads what the auth server writes into its mailbox (RFC 5322, 2045, 2047): the address, the subject and the plain text; null for what is
 * no such message.
 */
export function readMailFile(raw: string): MailFile | null {
  const { headers, body } = split(raw)
  const to = headers.get('to')
  if (to === undefined) return null
  const [, boundary] = /boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '') ?? []
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`)
  const plain = parts
    .map((part) => split(part.replace(/^\r?\n/, '')))
    .find((part) => /^text\/plain\b/i.test(part.headers.get('content-type') ?? ''))
  if (!plain) return null
  const text = decode(plain.body, plain.headers.get('content-transfer-encoding') ?? '').trim()
  return { to, subject: words(headers.get('subject') ?? ''), text: text.replaceAll('\r\n', '\n') }
}

/** Header fields by lower-case name, each on one line, and what follows them. */
function split(raw: string): { headers: Map<string, string>; body: string } {
  const [head = '', ...rest] = raw.split(/\r?\n\r?\n/)
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { headers: new Map(headers), body: rest.join('\n\n') }
}

function decode(text: string, encoding: string): string {
  if (/^base64$/i.test(encoding)) return Buffer.from(text, 'base64').toString()
  return /^quoted-printable$/i.test(encoding) ? quoted(text.replace(/=\r?\n/g, '')) : text
}

const quoted = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

/** `=?UTF-8?Q?f=C3=BCr?=`; the space between two of them is none. */
function words(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, kind: string, text: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : quoted(text.replaceAll('_', ' ')),
    )
}
