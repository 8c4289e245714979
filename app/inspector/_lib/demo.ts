/** Whether what breaks things on purpose may be used. `npm start` and `npm run dev` set it where the demo accounts are. */
export const isDemo = () => process.env.EVERGATE_DEMO === '1'

/** The role that sees the inspector: that of everybody in the demo, that of administrators in production. */
export const INSPECTOR_ROLE = isDemo() ? 'user' : 'admin'

/** The rule of the page. In development anybody with a session sees it. */
export const MAY_INSPECT: { readonly roles: readonly string[] } = {
  roles: process.env.NODE_ENV === 'development' ? [] : [INSPECTOR_ROLE],
}

/** Whether a session's roles are enough for {@link MAY_INSPECT}. */
export const mayInspect = (roles: readonly string[]) =>
  MAY_INSPECT.roles.every((role) => roles.includes(role))

/** The cookie for which the backend does not answer: the browser sets it, and it ends by itself. */
export const BROKEN_COOKIE = 'inspector-backend'
export const BROKEN_SECONDS = 60
