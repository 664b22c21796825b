/** What the committed contract is made with; nothing of it runs in the gateway. */
export { joinOpenApi, type OpenApi } from './policies/openapi-join.ts'
export { OWN_ROUTES } from './policies/own-routes.ts'
export { ROUTE_TABLE, SERVICE_NAMES, type ServiceName } from './policies/route-table.ts'
