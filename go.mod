module github.com/tomledger/tomledger

go 1.26
