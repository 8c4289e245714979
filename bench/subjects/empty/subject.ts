import type { Subject } from '../subject.ts'

export const subject: Subject = {
  label: 'empty',
  peer: false,
  packages: ['next'],
  note: 'NextResponse.next(), nothing else',
}
