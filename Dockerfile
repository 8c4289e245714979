# Two images: `docker build --target app .` and `docker build --target auth-server .`; see docs/deploy.md.
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY lib/package.json lib/
COPY auth-server/package.json auth-server/
RUN npm ci
COPY . .
RUN npm run build:standalone

FROM node:24-slim AS auth-server-dependencies
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
COPY lib/package.json lib/
COPY auth-server/package.json auth-server/
RUN npm ci --omit=dev --workspace=@evergate/auth-server

FROM node:24-slim AS auth-server
WORKDIR /srv
ENV NODE_ENV=production
# Inside a container the loopback address is out of everybody's reach.
ENV HOST=0.0.0.0
COPY --from=auth-server-dependencies /src/node_modules node_modules
COPY auth-server auth-server
USER node
EXPOSE 3001
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:3001/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "auth-server/main.ts"]

FROM node:24-slim AS app
WORKDIR /srv
ENV NODE_ENV=production
# Docker sets HOSTNAME to the container's name, and Next would listen there alone.
ENV HOSTNAME=0.0.0.0
COPY --from=build /src/.next/standalone ./
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/icon.svg').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server.js"]
