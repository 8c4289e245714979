/** Whether what breaks things on purpose may be used. `npm start` and `npm run dev` set it where the demo accounts are. */
export const isDemo = () => process.env.EVERGATE_DEMO === '1'

/** The rule of the page: administrators in production. */
export const MAY_INSPECT: { readonly roles: readonly string[] } =
  process.env.NODE_ENV === 'development' ? { roles: [] } : { roles: ['admin'] }

/** The cookie for which the backend does not answer: the browser sets it, and it ends by itself. */
export const BROKEN_COOKIE = 'inspector-backend'
export const BROKEN_SECONDS = 60
