import { type KeyObject, sign } from 'node:crypto'

/** X.509 in DER, just enough of it: a certificate that says nothing but "this key". */
export function selfSigned({
  publicKey,
  privateKey,
}: {
  publicKey: KeyObject
  privateKey: KeyObject
}): string {
  const sha256WithRsa = sequence(der(6, Buffer.from('2a864886f70d01010b', 'hex')), der(5, Buffer.alloc(0)))
  const commonName = sequence(der(6, Buffer.from('550403', 'hex')), der(12, Buffer.from('benchmark')))
  const name = sequence(der(0x31, commonName))
  const validity = sequence(der(23, Buffer.from('200101000000Z')), der(23, Buffer.from('491231235959Z')))
  const body = sequence(
    der(0xa0, der(2, Buffer.from([2]))),
    der(2, Buffer.from([1])),
    sha256WithRsa,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = der(3, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]))
  const certificate = sequence(body, sha256WithRsa, signature)
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts))

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content])
  const bytes = Buffer.from(length.toString(16).padStart(length > 255 ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 128 + bytes.length]), bytes, content])
}
