import { describeHost } from './support/cases.ts'
import { cloudflare } from './support/cloudflare.ts'

describeHost(cloudflare, { sharesMemory: true, streams: true })
