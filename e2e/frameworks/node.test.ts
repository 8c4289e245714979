import { describeFramework } from './support/cases.ts'

describeFramework({ name: 'node', start: () => ['main.ts'] })
