export const GET = () => new Response('/login')
