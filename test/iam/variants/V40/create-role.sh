#!/bin/sh
aws iam create-role --role-name infra-deploy --assume-role-policy-document file://trust-policy.json
