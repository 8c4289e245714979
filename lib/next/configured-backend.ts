import type { HoldingBackend } from '../gateway/options.ts'
import type { Backend } from '../gateway/renewal/backend.ts'

// `withGateway()` lets the build find the app's own file in the place of this one.
const none: Backend | HoldingBackend | undefined = undefined

export default none as Backend | HoldingBackend | undefined
