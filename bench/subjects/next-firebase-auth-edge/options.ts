/** The settings that the middleware and the maker of sessions share. */
export const options = {
  loginPath: '/api/login',
  logoutPath: '/api/logout',
  apiKey: 'benchmark',
  cookieName: 'AuthToken',
  cookieSignatureKeys: ['benchmark-benchmark-benchmark-cookie'],
  cookieSerializeOptions: { path: '/', httpOnly: true, secure: false, sameSite: 'lax', maxAge: 1_036_800 },
  serviceAccount: {
    projectId: 'benchmark',
    clientEmail: 'benchmark@benchmark.iam.gserviceaccount.com',
    privateKey: 'unused: nothing is signed for Google here',
  },
} as const
