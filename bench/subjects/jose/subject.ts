import { SignJWT } from 'jose'
import { LIFE, type Subject } from '../subject.ts'
import { claims, secret } from './options.ts'

export const subject: Subject = {
  label: 'jose alone',
  peer: false,
  packages: ['jose'],
  note: '`jwtVerify` of one cookie with an imported HS256 key and `NextResponse.next()`, nothing else: the least that checking a signature costs here',
  sessions: {
    env: {},
    cookie: async (user) => {
      const token = await new SignJWT({ sid: `session-${user}`, roles: ['user'] })
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
        .setIssuer(claims.issuer)
        .setAudience(claims.audience)
        .setSubject(`user-${user}`)
        .setIssuedAt()
        .setExpirationTime(`${LIFE}s`)
        .sign(secret)
      return `accessToken=${token}`
    },
  },
}
