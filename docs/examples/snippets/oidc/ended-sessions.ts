import { sharedEndings } from 'evergate/security-events'
import { store } from './shared-store'

export const endings = sharedEndings({ store })
