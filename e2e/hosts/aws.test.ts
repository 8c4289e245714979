import { aws } from './support/aws.ts'
import { describeHost } from './support/cases.ts'

describeHost(aws, { sharesMemory: false, streams: false })
