/** `AWS::URLSuffix` of a partition. */
export const urlSuffix = (partition: string): string => (partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com');
