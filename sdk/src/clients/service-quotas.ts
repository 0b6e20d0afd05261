export { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
