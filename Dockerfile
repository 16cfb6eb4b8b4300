# docker build -t commonroute . ; examples/docker-compose shows how to run it.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node scripts/build.js && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production
COPY --from=build --chown=root:root /app/package.json /app/LICENSE /app/
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/bin /app/bin
COPY --from=build /app/dist /app/dist
# The configuration is mounted here; the state folder lies beside it and belongs to the user that runs the router.
RUN install -d -o node -g node -m 0700 /etc/commonroute/.router
USER node
ENV ROUTER_CONFIG=/etc/commonroute/config.yaml
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4000/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# The router itself and no npm in between, so that it gets the signals.
ENTRYPOINT ["node", "/app/bin/run.js"]
CMD ["serve"]
