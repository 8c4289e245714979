import { authkitMiddleware } from '@workos-inc/authkit-nextjs'

export const middleware = authkitMiddleware({ middlewareAuth: { enabled: true, unauthenticatedPaths: [] } })
