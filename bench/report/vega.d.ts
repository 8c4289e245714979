// The types that are used here. The project's types are checked without the benchmark's dependencies.
declare module 'vega' {
  export function parse(spec: object): object
  export class View {
    constructor(runtime: object, options: { readonly renderer: 'none' })
    toSVG(): Promise<string>
  }
}
declare module 'vega-lite' {
  export function compile(spec: object): { readonly spec: object }
}
