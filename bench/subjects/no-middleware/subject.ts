import type { Subject } from '../subject.ts'

export const subject: Subject = { label: 'no middleware', peer: false, packages: ['next'] }
