import NextAuth from 'next-auth'
import GitHub from 'next-auth/providers/github'

const { auth } = NextAuth({
  providers: [GitHub],
  callbacks: { authorized: ({ auth }) => auth !== null },
})

export default auth
