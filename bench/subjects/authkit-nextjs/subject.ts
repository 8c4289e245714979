import { sealData } from 'iron-session'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { LIFE, type Subject } from '../subject.ts'

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
const kid = 'benchmark'
const password = 'benchmark-benchmark-benchmark-workos'
const clientId = 'client_benchmark'

export const subject: Subject = {
  label: 'authkit-nextjs',
  peer: true,
  packages: ['@workos-inc/authkit-nextjs', '@workos-inc/node'],
  note: '`authkitMiddleware` with `middlewareAuth`; cookie sealed as it seals it, around an access token signed with RS256. WorkOS’s key set is answered from memory',
  sessions: {
    env: {
      WORKOS_API_KEY: 'sk_benchmark',
      WORKOS_CLIENT_ID: clientId,
      WORKOS_COOKIE_PASSWORD: password,
      NEXT_PUBLIC_WORKOS_REDIRECT_URI: 'http://localhost:3000/callback',
    },
    network: {
      [`https://api.workos.com/sso/jwks/${clientId}`]: {
        keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }],
      },
    },
    cookie: async (number) => {
      const id = `user_${number}`
      const accessToken = await new SignJWT({ sid: `session_${number}`, role: 'member', permissions: [] })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer('https://api.workos.com')
        .setSubject(id)
        .setJti(crypto.randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${LIFE}s`)
        .sign(privateKey)
      const user = {
        object: 'user',
        id,
        email: `user-${number}@example.com`,
        firstName: 'User',
        lastName: `${number}`,
      }
      const session = { accessToken, refreshToken: `refresh-${number}`, user }
      return `wos-session=${await sealData(session, { password, ttl: 0 })}`
    },
  },
}
