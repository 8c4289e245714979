const headers = {
  'access-control-allow-origin': 'https://shop.example.com',
  'access-control-allow-credentials': 'true',
  'access-control-allow-headers': 'content-type',
  vary: 'Origin',
}

export const OPTIONS = () => new Response(null, { status: 204, headers })

export async function POST(request: Request) {
  return Response.json({ received: await request.json() }, { headers })
}
