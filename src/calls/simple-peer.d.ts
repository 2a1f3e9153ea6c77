/** As much of simple-peer 9.11.1 as peer.ts uses; `_pc` is private there, and nothing else reaches an ICE restart. */
declare module 'simple-peer/simplepeer.min.js' {
  interface Signal {
    readonly type: 'offer' | 'answer' | 'candidate' | 'renegotiate' | 'transceiverRequest';
    readonly sdp?: string;
    readonly candidate?: { candidate: string; sdpMLineIndex: number; sdpMid: string };
    readonly renegotiate?: true;
  }
  interface Events {
    signal: (signal: Signal) => void;
    connect: () => void;
    track: (track: MediaStreamTrack, stream: MediaStream) => void;
    data: (data: Uint8Array) => void;
    iceStateChange: (connection: RTCIceConnectionState, gathering: RTCIceGatheringState) => void;
    error: (error: Error & { code?: string }) => void;
    close: () => void;
  }
  export default class SimplePeer {
    constructor(options: {
      initiator: boolean;
      config: RTCConfiguration;
      streams: MediaStream[];
      trickle: boolean;
      sdpTransform: (sdp: string) => string;
    });
    readonly _pc: RTCPeerConnection | null;
    readonly destroyed: boolean;
    on<Name extends keyof Events>(name: Name, listener: Events[Name]): this;
    signal(signal: Signal): void;
    send(text: string): void;
    negotiate(): void;
    destroy(): void;
  }
}
