import type { MarkKind } from '../view/lanes.ts'
import type { Icon } from '../view/rows.ts'

const TONES = { good: 'evi-stroke-muted', accent: 'evi-stroke-accent', error: 'evi-stroke-error' }

/** Drawn on 20 by 20, lines only: each is told apart without its colour. */
const GLYPHS: Readonly<Record<Icon, { path: string; tone: keyof typeof TONES }>> = {
  good: { path: 'm4 10.5 4 4 8-9', tone: 'good' },
  renewed: { path: 'M16 10a6 6 0 1 1-2-4.5M16.5 2.5V6H13', tone: 'accent' },
  nobody: { path: 'M4 10h12', tone: 'good' },
  ended: { path: 'm5 5 10 10M15 5 5 15', tone: 'error' },
  trouble: { path: 'M10 3 2.5 16.5h15ZM10 8.500v4M10 14.500v.5', tone: 'error' },
  open: { path: 'M2 13h4l8-7M14 13h4', tone: 'error' },
  closed: { path: 'M2 13h16M6 10v6M14 10v6', tone: 'accent' },
  note: { path: 'M10 9v6M10 5v.5', tone: 'good' },
}

export function Glyph({ icon }: { icon: Icon }) {
  const { path, tone } = GLYPHS[icon]
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" className={`evi-glyph ${TONES[tone]}`}>
      <path d={path} strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  )
}

/** A request on the time axis, around the point 0, 0. */
export function Mark({ kind }: { kind: MarkKind }) {
  switch (kind) {
    case 'request':
      return <circle r="4" className="evi-fill-ink" />
    case 'renewed':
      return <circle r="7" className="evi-fill-accent" />
    case 'degraded':
      return <path d="M0-8 8 6H-8Z" strokeWidth="2" className="evi-fill-paper evi-stroke-error" />
    case 'ended':
      return (
        <path d="m-6-6 12 12M6-6-6 6" strokeWidth="3" strokeLinecap="round" className="evi-stroke-error" />
      )
  }
}
