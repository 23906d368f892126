#pragma once
// Keys and signatures over "message" that the openssl program made, for tests of what others sign with.

#include <string>

namespace tuf::vectors {

inline const std::string p256 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkUwdZ8sMvpHKYzZ82tpRF6tbOE75\n"
    "shXky+D7fVo+J8IINGfQLW69vlz1RqsC4PVv3MfY151bR7pDZrYoL7zIrg==\n"
    "-----END PUBLIC KEY-----\n";

// The same point, written shorter.
inline const std::string p256_compressed =
    "-----BEGIN PUBLIC KEY-----\n"
    "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACkUwdZ8sMvpHKYzZ82tpRF6tbOE75\n"
    "shXky+D7fVo+J8I=\n"
    "-----END PUBLIC KEY-----\n";

// The same point on a curve that is spelled out.
inline const std::string p256_explicit =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA\n"
    "AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////\n"
    "///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd\n"
    "NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5\n"
    "RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA\n"
    "//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABJFMHWfLDL6RymM2fNraURer\n"
    "WzhO+bIV5Mvg+31aPifCCDRn0C1uvb5c9UarAuD1b9zH2NedW0e6Q2a2KC+8yK4=\n"
    "-----END PUBLIC KEY-----\n";

inline const std::string p384 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE3KHmJZBL7g3Xd2iXdgq4b5pu2gZ2Atam\n"
    "FF4qIPua+YM4zgqQLUug5bAA/LCItr16eOvsFBBr9HxxENVkQj7wAWxx+dnyYTHO\n"
    "qNKGQIzt7U5dzcU5c1vTJsj6UoI/yw+6\n"
    "-----END PUBLIC KEY-----\n";

inline const std::string secp256k1 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEvLKx8scPIPcdlWc4ClgMcynw04+6vYOr\n"
    "IJpO7tY68VrJ5ixz0TbbY0leU9UpVv3qk3rUNl49Ho6QpKeDOhBW8g==\n"
    "-----END PUBLIC KEY-----\n";

inline const std::string p256_signature =
    "3045022100c0d8beca8b9d5c6008627e5ce7314f2d0f32e90b492b3a6d56f5d1ed3f167c78022005e8b2cc7a7738d3a9"
    "5bbcd8ed5674c94847ad8b20b8cd6f2f6906f1f2b46c4b";
// (r, n-s): anybody can make it from the one above, and it is valid.
inline const std::string p256_other_half =
    "3046022100c0d8beca8b9d5c6008627e5ce7314f2d0f32e90b492b3a6d56f5d1ed3f167c78022100fa174d328588c72d"
    "56a4432712a98b36749f4d22865ed115c450c3d109aeb906";
// BER: the length in two bytes.
inline const std::string p256_long_length =
    "308145022100c0d8beca8b9d5c6008627e5ce7314f2d0f32e90b492b3a6d56f5d1ed3f167c78022005e8b2cc7a7738d3"
    "a95bbcd8ed5674c94847ad8b20b8cd6f2f6906f1f2b46c4b";
inline const std::string p256_negative_r =
    "30440220c0d8beca8b9d5c6008627e5ce7314f2d0f32e90b492b3a6d56f5d1ed3f167c78022005e8b2cc7a7738d3a95b"
    "bcd8ed5674c94847ad8b20b8cd6f2f6906f1f2b46c4b";
inline const std::string p256_zero_r =
    "3025020100022005e8b2cc7a7738d3a95bbcd8ed5674c94847ad8b20b8cd6f2f6906f1f2b46c4b";

inline const std::string rsa1024 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCl0ePISIFzM+uOml7MeMck2oFH\n"
    "7EBKib9bxrLATHj5po5bYtGr+oHJ0y8g6+aBr3CemFLkyDoj38u07WB3ACxZrFF9\n"
    "i+ZgIwhQkCZvyAbe5jKQuhRM55hkwgDPYbYD5THJ9azB1ZLvCps662F3eAmKpWpc\n"
    "SpxsupwHteXbWsT/9wIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

inline const std::string rsa2048 =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtFSlu4C66TWoGbib0GVB\n"
    "BVR9SJLGT2P4yM4dyHhRLOK10iRxYF2VkFwv4xxh+84QLJSHcEhdRY3E8k1XmWY6\n"
    "8446V7dH8K3P//iHM/w/TjqWpHSZHCJttAbJjGBVyqOpmzq4Kfe2xR+C3Y4n/D80\n"
    "OMVv/FR1LLUfYT6fFT6wcCY4SYMM0aFP8gysUe30Lu7ajHxUK51iPEgvHHfHs01E\n"
    "n3wljGLrE+ZtKH+L0ntQfe+KEwZryEZkFyeRLEz4grkt4tgeo9drmu7bJ6J9la+Y\n"
    "QIlF9uht79vafC2h+5XZYJaz/bLLDieCfpVgtmuqfCru7Xdez/k/s7Ss6kRrXDDe\n"
    "UQIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

// The same key as PKCS #1.
inline const std::string rsa2048_pkcs1 =
    "-----BEGIN RSA PUBLIC KEY-----\n"
    "MIIBCgKCAQEAtFSlu4C66TWoGbib0GVBBVR9SJLGT2P4yM4dyHhRLOK10iRxYF2V\n"
    "kFwv4xxh+84QLJSHcEhdRY3E8k1XmWY68446V7dH8K3P//iHM/w/TjqWpHSZHCJt\n"
    "tAbJjGBVyqOpmzq4Kfe2xR+C3Y4n/D80OMVv/FR1LLUfYT6fFT6wcCY4SYMM0aFP\n"
    "8gysUe30Lu7ajHxUK51iPEgvHHfHs01En3wljGLrE+ZtKH+L0ntQfe+KEwZryEZk\n"
    "FyeRLEz4grkt4tgeo9drmu7bJ6J9la+YQIlF9uht79vafC2h+5XZYJaz/bLLDieC\n"
    "fpVgtmuqfCru7Xdez/k/s7Ss6kRrXDDeUQIDAQAB\n"
    "-----END RSA PUBLIC KEY-----\n";

inline const std::string pss_salt_32 =
    "63296f89c72bc27c28ac4b4add1520c3ea7ed3dc5b6d04461e6f7e0721327d8ad770825aeef38ee074a5d8868d670529"
    "2678f345b143fe2e0855fcdccf99afe2fa1834812bfa5447c30793bd45fd382c8e669bd60016a9d4cd370f7540e406f4"
    "96c7bc080027f6252b158a70aa6468590b56d2fd0f9f6c02f52f94028da030891fb16d57695324524a4b8c7533d373ff"
    "f8ee61b88b2caddbfbd5aeb2d38418f643e1b6f6acb9a96e8146d3344beee361154643ec8d6f5a5a2b94ef9f2d6fec05"
    "8a96832ee5b1470b7831c45b75b6a30b05f4067cfaca1dcb1e66d6d799e13b0bb919ea010517c32c69a934d3ec7b7f62"
    "a444bddb216e0f45cae82b31ca5df812";
inline const std::string pss_salt_0 =
    "44edb12149de4bf162925c11d0c6add02d442c4fe41e37c64712426d3c1e59b0c5aeb63800c9963e601a79b4202b4d39"
    "f4bd659f8aaddb8e87896cc48622c43b99cf50d69341171fb2fb08848d8a10ef2e3ef0eaf09d0ed73a0602c21e47f233"
    "4af1e8ca1b3a06ab482f7934f9a3434703a44dd827445e6b2faa3737552a7a0fdc73ea7ab33bc6bee9bdd2a9d73d4b97"
    "d6aea2acd152c5cf3d285cf16ef91c125f864368ae4ddc248a2ee61bc8cc335f940b051f62fd8ca708920fa55eac2804"
    "23f3801114a82d7dff77056f395140236fbba8ebf6a2dacce7ea452371fe8da98dbd63c81e71bf3216ef4e1fbb82fdaf"
    "c8d6f80f2b6a0ff3b5abcbc69ef4bc14";
inline const std::string pss_salt_20 =
    "a744811371b625108411e3144b8222bceed4670ac692424dbfafba6762280b287bf523a10cc0f418b9e36ce60c750bc1"
    "0da3897bbd3baf860eb6e094a9d33c99d8b3d06ac56e443a9376097e461cb991e623253eacd9170286b1f72ab346abe7"
    "024d0f2578c684fa951485b0640491949c92fdcbbd2de802cca5ab41f6cfabf850b278ae54b151e4c638a112613dafc4"
    "912c5be68c17839accecbd66b9be96243c98d69307d74e8f942557b91fc195f404177d9fb785c5893b4c192209136c17"
    "0cff2cfaaa7e7212c19adbb21a3a2f04ff402d9cc7e6e718ae0bd548c5379758baf46b9db7bff63f6f24edf9f839624d"
    "1a23e6cb855f011572d487eef7cd474b";
inline const std::string pss_salt_max =
    "0b8d56b684e9d1f92c9ec54539107d64ce974386fc865e26c1a33e282be9d3f07f9e8535dd4c39136249886f2efa6737"
    "3cc7e17947be35c4ed8c6b97d15572d80f93d15eb67344ab9970e293c0fc928de311b1e9a53dc11d82cd6519689c0192"
    "e530d6dc27865a029f800a91878c5421cb2f2bef252b59432adbbd94aac1af85559e40f4f87ff883567c53f33b2dc03d"
    "f9e216bf7f344987e828b7c3f69f21d5e66676d362562da9ed9c35d3864917ccb261ac020ce00d4f0aced0a1f7c7e8bd"
    "9852d045ba0f60020c8b9feb3d11cd6b5c6a516b7075141b015b83db73f9156c744254d3ccd575ea00f99a7b4b790a2c"
    "55ed800f4bc5c63e9aebbcefee5e70a4";
inline const std::string pss_mgf1_sha1 =
    "7720841f81a50c07a4e9ef7352c2e64478bf7a72c9a6e4a041d6dac96c18abff21e763f049c1fc2b86bbcb2ea7118d96"
    "5febf1501adff0aedd9306cc5b701b3edf722bcab09f68cd5865a9ffdda6404e56a150664e1a41afd4e03dc8c07c9421"
    "9d23be55d8ca07f8ace4e8e7c7c387a039307f7855c90aafcb1282ac3bc13bc76c54634d2e6ffa9412f29c50922ee71b"
    "605bdcc62bdd463f26d63c5cb7d0ea6f72f2e3a0f3dfe0ae68d776bdca708248c0826dac468ae31e7e480458955f402b"
    "1fd1eabbe846360295f478229d560060fbce41592b19161a5f9dd452df0e1773b7d60dcea0317763e019c8e6051f5d6a"
    "3e1f76ebe7b1552a6a32477d24ef104d";
inline const std::string pkcs15 =
    "90f385012108eb05a82108b06a5bb75995c1ec28119154e6dda1dc4d0e13a6cceac365098aea454aa43fb4b3c5fdaebd"
    "0f96c189bad23b51990df41133b9d2685f898a62abc81308479dc1883fd27d6b8cc8acd428048e2c2b5b50576fe3041e"
    "9b8841ab7f21dae86aa60ad5ff2f6b332ac4071cdc5f35ab34f6830992971432b8e57cb3fb9bbe0694687938af310a14"
    "901ef72938482c3ecb72468ed0d6cdce55f7db54732caec800c6f9ca88e36c7070068207865af7e26322f7d15ee78b5b"
    "07f2654ad56c9fd817f5b2116dcfb3eadc35bae3939f867cfd11ae43dda8a3128ae81c43940bd51243afeff313c10d4b"
    "5b2fb5c7bf107a2cf60d3474ac21a57a";

}  // namespace tuf::vectors
