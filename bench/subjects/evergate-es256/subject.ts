import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { LIFE, type Subject } from '../subject.ts'

const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const kid = 'benchmark'

export const subject: Subject = {
  label: 'evergate (ES256)',
  peer: false,
  packages: ['jose'],
  note: 'createGateway(), access token signed with ES256, keys fetched once',
  sessions: {
    env: {
      LOG_LEVEL: 'error',
      REMOTE_API: 'https://api.example.com',
      GATEWAY_SECRET: 'benchmark-benchmark-benchmark-gateway',
    },
    network: {
      'https://api.example.com/.well-known/jwks.json': {
        keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }],
      },
    },
    cookie: async (user) => {
      const token = await new SignJWT({ sid: `session-${user}`, roles: ['user'] })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer('evergate')
        .setAudience('evergate-app')
        .setSubject(`user-${user}`)
        .setJti(crypto.randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${LIFE}s`)
        .sign(privateKey)
      return `accessToken=${token}; refreshToken=v1.${user}.${'r'.repeat(80)}`
    },
  },
}
