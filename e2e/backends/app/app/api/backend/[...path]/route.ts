import { createBackendProxy } from 'evergate/next'

const proxy = createBackendProxy()

export { proxy as GET, proxy as POST }
