// What is used of them; the benchmark's dependencies need not be there for the project's types to be checked.
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
