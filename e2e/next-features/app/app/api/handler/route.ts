/** Says of itself that caches may share it. */
export function GET() {
  return Response.json({ rates: [1, 2, 3] }, { headers: { 'cache-control': 'public, max-age=600' } })
}
