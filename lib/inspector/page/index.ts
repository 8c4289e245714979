export type { InspectorFigureProps } from './inspector-figure.tsx'
export { InspectorFigure } from './inspector-figure.tsx'
export type { InspectorProps } from './page.tsx'
export { Inspector, InspectorPage } from './page.tsx'
