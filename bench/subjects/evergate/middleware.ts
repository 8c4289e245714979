import { createGateway } from 'evergate/next'

export const middleware = createGateway()
