import { generateKeyPairSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { SignJWT } from 'jose'
import { selfSigned } from '../../lib/certificate.ts'
import { cookieHeader, LIFE, type Subject } from '../subject.ts'
import { options } from './options.ts'

// Its modules for Node ask for `next/server` in a way that only `require` resolves.
const { appendAuthCookies } = createRequire(import.meta.url)('next-firebase-auth-edge/next/cookies')
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const kid = 'benchmark'
const { projectId } = options.serviceAccount

export const subject: Subject = {
  label: 'next-firebase-auth-edge',
  peer: true,
  packages: ['next-firebase-auth-edge'],
  note: '`authMiddleware`; cookie made by its `appendAuthCookies`, around an ID token signed with RS256. Google’s certificates are answered from memory',
  sessions: {
    env: {},
    network: {
      'https://www.googleapis.com/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com': {
        [kid]: selfSigned(keys),
      },
    },
    cookie: async (user) => {
      const now = Math.floor(Date.now() / 1000)
      const idToken = await new SignJWT({
        name: `User ${user}`,
        email: `user-${user}@example.com`,
        auth_time: now,
        user_id: `user-${user}`,
        firebase: { identities: {}, sign_in_provider: 'password' },
      })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .setIssuer(`https://securetoken.google.com/${projectId}`)
        .setAudience(projectId)
        .setSubject(`user-${user}`)
        .setIssuedAt(now)
        .setExpirationTime(now + LIFE)
        .sign(keys.privateKey)
      const response = new Response()
      await appendAuthCookies(new Headers(), response, { idToken, refreshToken: `refresh-${user}` }, options)
      return cookieHeader(
        response.headers.getSetCookie().map((line) => {
          const [pair = ''] = line.split(';')
          const [name = '', value = ''] = pair.split('=')
          return { name, value }
        }),
      )
    },
  },
}
