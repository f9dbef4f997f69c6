export declare function awsFolder(): string | undefined;
