import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/*
 * An authenticator for tests (WebAuthn 6): makes passkeys with ES256 and no attestation, and answers challenges. It does what it is told, also
 * what no real one would do.
 */

interface Asked {
  readonly challenge: string
  readonly rpId?: string
  readonly rp?: { readonly id?: string }
  readonly user?: { readonly id: string }
}

interface Behaviour {
  readonly origin?: string
  readonly rpId?: string
  /** Whether it looks who holds it. */
  readonly verifies?: boolean
  readonly type?: string
  readonly userHandle?: string
  /** In place of the counter. */
  readonly counter?: number
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest()

export function createAuthenticator({
  synced = false,
  id = randomBytes(32),
}: {
  synced?: boolean
  id?: Uint8Array
} = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let handle = ''
  let counter = 0

  const clientData = (type: string, challenge: string, origin = 'https://app.example') =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

  function authenticatorData(
    rpId: string,
    verifies: boolean,
    count: number,
    credential = Buffer.alloc(0),
  ): Buffer {
    const flags = 0x01 | (verifies ? 0x04 : 0) | (synced ? 0x18 : 0) | (credential.length > 0 ? 0x40 : 0)
    const number = Buffer.alloc(4)
    number.writeUInt32BE(count)
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), number, credential])
  }

  return {
    id: base64url(id),
    /** `navigator.credentials.create()` */
    create({ challenge, rp, user }: Asked, { origin, rpId = rp?.id ?? '', verifies = true }: Behaviour = {}) {
      handle = user?.id ?? ''
      const length = Buffer.from([id.length >> 8, id.length & 0xff])
      const credential = Buffer.concat([Buffer.alloc(16), length, id, coseKey(publicKey)])
      const data = authenticatorData(rpId, verifies, counter, credential)
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        response: {
          clientDataJSON: base64url(clientData('webauthn.create', challenge, origin)),
          attestationObject: base64url(attestation(data)),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      }
    },
    /** `navigator.credentials.get()` */
    get(asked: Asked, behaviour: Behaviour = {}) {
      const { origin, rpId = asked.rpId ?? '', verifies = true, type = 'webauthn.get' } = behaviour
      if (!synced) counter++
      const json = clientData(type, asked.challenge, origin)
      const data = authenticatorData(rpId, verifies, behaviour.counter ?? counter)
      const signature = sign('sha256', Buffer.concat([data, sha256(json)]), privateKey)
      return {
        id: base64url(id),
        rawId: base64url(id),
        type: 'public-key',
        response: {
          clientDataJSON: base64url(json),
          authenticatorData: base64url(data),
          signature: base64url(signature),
          userHandle: behaviour.userHandle ?? handle,
        },
        clientExtensionResults: {},
      }
    },
  }
}

const bytes = (value: Uint8Array) =>
  Buffer.concat([Buffer.from([0x59, value.length >> 8, value.length & 0xff]), value])
const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)])

/** RFC 9052 7: `{1: 2, 3: -7, -1: 1, -2: x, -3: y}` in CBOR. */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const head = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01])
  const [px, py] = [x, y].map((part) => Buffer.from(part, 'base64url')) as [Buffer, Buffer]
  return Buffer.concat([head, Buffer.from([0x21, 0x58, 32]), px, Buffer.from([0x22, 0x58, 32]), py])
}

/** `{fmt: 'none', attStmt: {}, authData}` in CBOR. */
function attestation(data: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0xa3]),
    ...[text('fmt'), text('none'), text('attStmt'), Buffer.from([0xa0]), text('authData'), bytes(data)],
  ])
}
