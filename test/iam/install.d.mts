export declare function awsFolder(): string | undefined;
export declare function programFolder(program: "aws" | "moto_server" | "cfn-lint"): string | undefined;
